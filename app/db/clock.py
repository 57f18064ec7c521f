"""The one clock: the database's. It sets the times at which something ends, and it alone says whether they have come."""

import datetime as dt
from typing import Any

from sqlalchemy import func


def in_future(life: dt.timedelta) -> Any:
    """Return the SQL of now and so much more, for a column of a record; the record has the time after a refresh."""
    return func.now() + life
