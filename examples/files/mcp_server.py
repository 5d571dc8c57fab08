"""A small MCP server, started by `mcp_tools.py`: it speaks on its standard input and output."""

from __future__ import annotations

from mcp.server.fastmcp import FastMCP

SHELVES = {"The Birds": 0, "Hunger": 3, "Growth of the Soil": 1}

server = FastMCP("library", log_level="WARNING")


@server.tool()
def find_books(author: str) -> str:
    """List the books of an author that the library has."""
    return "Hunger; Growth of the Soil" if "hamsun" in author.lower() else "The Birds"


@server.tool()
def count_copies(title: str) -> str:
    """Count the copies of a book that can be borrowed today."""
    if title not in SHELVES:
        msg = f"There is no book {title!r}."
        raise ValueError(msg)
    return f"{SHELVES[title]} of {title!r}"


if __name__ == "__main__":
    server.run(transport="stdio")
