namespace MGLMM.Data.Annotation;

/// <summary>How a region lies to another one of the same parent, or to its surroundings; computed from masks.</summary>
/// <param name="Region">The region.</param>
/// <param name="Relation">A name of <see cref="RelationNames"/>.</param>
/// <param name="Other">The other region; null for the picture or the region that both are part of.</param>
public sealed record RegionRelation(string Region, string Relation, string? Other);
