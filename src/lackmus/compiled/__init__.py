"""How kernels are compiled, and kept on disk: what numba is asked for, by whoever has kernels."""
