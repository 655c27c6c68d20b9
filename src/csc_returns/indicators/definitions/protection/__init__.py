"""Section 47 enquiries, conferences and child protection plans."""
