"""What is played: the columns, and the field's file formats."""
