"""The frame of 回响: callbacks in, stores, WeChat's API out. Knows no rule and no handler."""
