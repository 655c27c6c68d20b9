"""The DfE's rules, one package a collection."""
