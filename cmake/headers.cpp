// Nothing of its own: the target that owns a precompiled header needs a source.
