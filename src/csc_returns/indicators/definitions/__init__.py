"""The definitions, by theme: every module here is found by walking the package."""
