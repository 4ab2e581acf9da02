"""What the author wrote: the language, its reader and its writer."""
