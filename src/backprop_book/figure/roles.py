"""roles: the colours of a drawing by what they stand for. The page says what they look like, in each of its schemes."""

from types import MappingProxyType

_OWN = ("ink", "muted", "grid", "paper")
_FAMILIES = ("input", "parameter", "preactivation", "activation", "output", "target", "loss", "gradient")

PROPERTIES = MappingProxyType(
    {
        **{role: f"--bb-fig-{role}" for role in _OWN},
        **{role: f"--bb-sym-{role}" for role in _FAMILIES},
        "accent": "--bb-accent",
    }
)
"""The custom property of the stylesheet that each role becomes."""

PLACEHOLDERS = MappingProxyType({role: f"#fa0e{number + 16:02x}" for number, role in enumerate(PROPERTIES)})
"""The colour that stands for each role while matplotlib draws. Nobody would choose one of these by chance."""
