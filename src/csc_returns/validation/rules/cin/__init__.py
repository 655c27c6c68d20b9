"""The rules of the children in need census, one module a theme."""
