"""Evidence packs: the public record around the moment a customer disputes, kept as it was found."""
