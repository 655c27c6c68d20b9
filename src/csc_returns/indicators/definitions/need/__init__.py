"""Referrals, children in need and assessments."""
