"""What is observed of a model, one record an item; metrics turn them into columns."""

from ftspec.text.frozen import frozen


@frozen
class Answer:
    """One generated answer. `item` names the row: the same row has the same name in every evaluation."""

    item: str
    prompt: str
    expected: str
    given: str
    finished: bool = True
    """Whether the model ended its answer itself."""

    group: str | None = None
    attribute: str | None = None
    """The row's value of the metric's `field`."""

    several: bool = False
    """Whether both answers name any number of classes, with a comma between."""


@frozen
class TokenLoss:
    """The summed negative log-likelihood (nats) of one row's trained tokens, and how many there are."""

    item: str
    nll: float
    tokens: int
    group: str | None = None


@frozen
class Continuation:
    """What the model writes after the first part of a training row, beside what the row says."""

    item: str
    prefix: str
    expected_ids: tuple[int, ...]
    given_ids: tuple[int, ...]
    group: str | None = None


@frozen
class Timing:
    """How long one answer (or one batch of some answers) took: seconds and new tokens."""

    item: str
    seconds: float
    new_tokens: int
    group: str | None = None
    answers: int = 1


@frozen
class Choice:
    """How likely the model finds each answer of the label set after a prompt."""

    item: str
    expected: str
    labels: tuple[str, ...]
    """The data's distinct expected answers, sorted."""

    logits: tuple[float, ...]
    """The log-likelihood of each label, its end token included, in nats."""

    group: str | None = None


@frozen
class Preference:
    """The scores of a chosen and a rejected answer: rewards, or log-likelihoods of a model without a reward head."""

    item: str
    chosen: float
    rejected: float
    group: str | None = None


@frozen
class Reward:
    """What a judge gives for a generated answer."""

    item: str
    given: str
    reward: float
    group: str | None = None


@frozen
class Duel:
    """Two models' answers to one prompt, and what a judge makes of them."""

    item: str
    given: str
    over: str
    reward: float | None
    """What a reward model gives; None where a language model judges."""

    reward_over: float | None
    group: str | None = None
    said: tuple[str, ...] = ()
    """What a language model says: with the model's answer as A and the other as B, then in each other's place.

    Nothing where the two answers are equal: it is not asked then.
    """


@frozen
class Peak:
    """The most memory that was in use while a model was scored, in bytes."""

    item: str
    bytes: int
    group: str | None = None


@frozen
class Size:
    """How many parameters a model has."""

    item: str
    parameters: int
    group: str | None = None


@frozen
class Benched:
    """What a public benchmark gives for one of its samples."""

    item: str
    score: float
    group: str | None = None


@frozen
class Rated:
    """Two models' answers to one prompt, and what people say: 1 for the model's, 0 for the other's, ½ for neither."""

    item: str
    given: str
    over: str
    raters: tuple[str, ...]
    votes: tuple[float, ...]
    group: str | None = None


@frozen
class Swapped:
    """Answers to a prompt, and to the same prompt with words exchanged for their counterparts."""

    item: str
    prompt: str
    other_prompt: str
    given: str
    other_given: str
    group: str | None = None


Observation = (
    Answer
    | TokenLoss
    | Continuation
    | Timing
    | Choice
    | Preference
    | Reward
    | Duel
    | Peak
    | Size
    | Benched
    | Rated
    | Swapped
)
