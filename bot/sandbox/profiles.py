"""Which account type may call what (the platform's permission matrix)."""

from __future__ import annotations

from dataclasses import dataclass

EVERYONE = frozenset({"token", "tools", "draft", "material", "media", "selfmenu"})
VERIFIED = EVERYONE | {"freepublish", "mass", "comment", "datacube", "custom", "user", "menu"}


@dataclass(frozen=True)
class Profile:
    """One account type: the families of calls granted, and how often it may mass send."""

    name: str
    families: frozenset[str]
    mass_per_day: int = 0
    mass_per_month: int = 0


PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile("个人公众号", EVERYONE),
        Profile("未认证公众号", EVERYONE),
        Profile("认证公众号", VERIFIED, mass_per_day=1),
        Profile("未认证服务号", EVERYONE),
        Profile("认证服务号", VERIFIED | {"mass_by_openid"}, mass_per_month=4),
    )
}


def profile(name: str) -> Profile:
    """The profile called `name`; KeyError lists the known names."""
    if name not in PROFILES:
        raise KeyError(f"unknown profile {name!r}, known: {', '.join(PROFILES)}")
    return PROFILES[name]
