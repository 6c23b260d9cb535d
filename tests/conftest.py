"""How long and how widely hypothesis looks."""

from hypothesis import HealthCheck, settings

# Ordinary runs try the same examples every time and on a machine of any speed: they tell whether
# this change broke something. The long run (`make soak`) looks elsewhere each time.
settings.register_profile(
    "same",
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("soak", settings.get_profile("same"), derandomize=False, max_examples=500)
settings.load_profile("same")
