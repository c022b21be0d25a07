namespace MGLMM.Data.Import;

/// <summary>What is imported, and how.</summary>
public sealed record ImportOptions
{
    /// <summary>The kind of data set: one of <see cref="DatasetKinds.Names"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The data set's folder, as its authors lay it out.</summary>
    public required string Folder { get; init; }

    /// <summary>The SegCap file to write. Its folder is made; the file appears once it is complete, in place of one that an import wrote.</summary>
    public required string Output { get; init; }

    /// <summary>Where the pictures are; null looks where the data set's authors put them.</summary>
    public string? Images { get; init; }

    /// <summary>The split, by the data set's own name; null takes the kind's for the purpose.</summary>
    public string? Split { get; init; }

    /// <summary>Who split the referring expressions: <c>unc</c>, <c>umd</c>, <c>google</c> or <c>berkeley</c>; null takes the kind's usual one.</summary>
    public string? SplitBy { get; init; }

    /// <summary>What the samples are for.</summary>
    public ImportPurpose Purpose { get; init; } = ImportPurpose.Training;

    /// <summary>At most so many samples; null takes all.</summary>
    public int? Limit { get; init; }

    /// <summary>Where chance chooses (sentences, classes, wordings), the same seed chooses the same.</summary>
    public int Seed { get; init; }
}
