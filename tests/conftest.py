"""Settings of all tests."""

from hypothesis import HealthCheck, settings

# No test fails for being slow: machines differ. The same examples every time, so that a failure can be looked at.
settings.register_profile("csc", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("csc")
