"""What public sites say of us: read from files and feeds, each entry by itself, with what is wrong named."""

from clientela.voice.rules.reviews.entries import FoundReview, ReadReviews, ReviewsUnreadableError, Trouble
from clientela.voice.rules.reviews.feeds import reviews_of_feed
from clientela.voice.rules.reviews.json_files import reviews_of_json
from clientela.voice.rules.reviews.tables import reviews_of_csv

__all__ = [
    "FoundReview",
    "ReadReviews",
    "ReviewsUnreadableError",
    "Trouble",
    "reviews_of_csv",
    "reviews_of_feed",
    "reviews_of_json",
]
