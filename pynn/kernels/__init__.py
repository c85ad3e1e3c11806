"""Ops (what is computed) and tables of kernels (how)."""
