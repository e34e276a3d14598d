"""What is noticed while a body is read: what is wrong, and what its sender should know."""

from dataclasses import dataclass, field

from procession.kit.errors import Invalid


@dataclass
class Findings:
    """Collected over a whole body, under dot paths; `refuse_problems` ends the reading."""

    problems: dict[str, list[str]] = field(default_factory=dict)
    #: Accepted all the same: `meta.warnings` of the answer.
    warnings: list[str] = field(default_factory=list)
    #: Dropped: header `X-Ignored-Fields`.
    dropped: list[str] = field(default_factory=list)

    def refuse(self, path: str, sentence: str) -> None:
        self.problems.setdefault(path, []).append(sentence)

    def require(self, path: str) -> None:
        self.refuse(path, f"The {name_of(path)} field is required.")

    def warn(self, path: str, sentence: str) -> None:
        self.warnings.append(f"{path}: {sentence}")

    def refuse_problems(self) -> None:
        if self.problems:
            raise Invalid(self.problems)


def name_of(path: str) -> str:
    """In sentences: underscores as spaces."""
    return path.replace("_", " ")
