"""The DfE's rules for the children looked after return (SSDA903), one module per theme."""
