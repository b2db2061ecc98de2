"""What a server has loaded when it begins to serve, and keeps until its end."""

import gc


def spare_loaded() -> None:
    """Let the garbage collector pass over all objects that are there by now.

    Modules, models and settings are never garbage, and there are hundreds of thousands of such objects; to look
    through them again and again takes a third of the time in which a long dispute is read. To be called once in each
    process that serves, when it has loaded all it needs; 100 ms.
    """
    gc.collect()
    gc.freeze()
