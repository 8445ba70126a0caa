"""What computing everything anew took, in words. Apart from the measuring itself, which needs Django set up."""

from collections.abc import Iterator, Mapping


def recomputing_lines(told: Mapping[str, float], alone: Mapping[str, float]) -> Iterator[str]:
    """Say what a side measured: requests a second of a core, ours and PostgreSQL's added, and ours alone."""
    requests = told["requests"]
    ours = told["clocks_own"] + told["legs_own"]
    theirs = told["clocks_theirs"] + told["legs_theirs"]
    wall = told["clocks_wall"] + told["legs_wall"]
    one_by_one = alone["requests"] / alone["own"]
    yield "| | processor, ours, s | processor, PostgreSQL's, s | wall, s | requests a second of a core |"
    yield "|---|---|---|---|---|"
    for name in ("clocks", "legs"):
        both = told[f"{name}_own"] + told[f"{name}_theirs"]
        yield (
            f"| {told[name]:,.0f} {name} of {requests:,.0f} requests | {told[f'{name}_own']:.2f} | "
            f"{told[f'{name}_theirs']:.2f} | {told[f'{name}_wall']:.2f} | {requests / both:,.0f} |"
        )
    yield f"| both | {ours:.2f} | {theirs:.2f} | {wall:.2f} | {requests / (ours + theirs):,.0f} |"
    yield ""
    yield f"- At least 50,000 requests a second of a core are asked for; our process alone does {requests / ours:,.0f}."
    yield f"- Rows that differed from what is stored: {told['different']:.0f}."
    yield f"- Clocks that had to be computed one by one: {told['rare']:,.0f} ({told['rare'] / told['clocks']:.2%})."
    yield f"- The yardstick, the same one by one: {one_by_one:,.0f} requests a second of our processor time."
    yield ""
