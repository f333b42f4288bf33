//! What a post, channel, slot, publication and release are, what may happen to them, and which ports the outside must offer.
