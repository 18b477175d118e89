"""libvirt's domain XML by declaration: one line a property, for parsing, building and editing alike."""
