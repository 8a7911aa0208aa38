"""E-mail addresses in texts: how they are found, and what stands in place of one."""

import re
from typing import Final

WITHHELD: Final = "[withheld]"
ADDRESS: Final = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
