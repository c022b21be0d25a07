namespace MGLMM.Data.Annotation.Runs;

/// <summary>What a run made of a folder; written as <c>report.json</c>. It holds no times, so that the same run gives the same bytes.</summary>
public sealed record AnnotationReport
{
    /// <summary>Version of the program.</summary>
    public required string Tool { get; init; }

    /// <summary>Name and fingerprint of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The chat model; null where there was none.</summary>
    public string? Chat { get; init; }

    /// <summary>Pictures that were annotated.</summary>
    public required int Pictures { get; init; }

    /// <summary>Pictures that could not be read, and why, at most a hundred.</summary>
    public required IReadOnlyList<UnreadablePicture> Unreadable { get; init; }

    /// <summary>What each step made of them.</summary>
    public required IReadOnlyList<StepYield> Steps { get; init; }

    /// <summary>Regions, and captions of nodes, that came out.</summary>
    public required int Regions { get; init; }

    /// <summary>Captions of nodes that came out.</summary>
    public required int Captions { get; init; }

    /// <summary>Files that were written, relative to the output, with their SHA-256.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }
}

/// <summary>A picture that could not be read.</summary>
/// <param name="Picture">Its name.</param>
/// <param name="Reason">Why.</param>
public sealed record UnreadablePicture(string Picture, string Reason);

/// <summary>How much came out of a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="RegionsBefore">Regions that went in.</param>
/// <param name="RegionsAfter">Regions that came out.</param>
/// <param name="Dropped">What it took away, by reason.</param>
/// <param name="Notes">What it remarked on, by reason.</param>
public sealed record StepYield(
    string Step, string Settings, long RegionsBefore, long RegionsAfter, IReadOnlyDictionary<string, long> Dropped, IReadOnlyDictionary<string, long> Notes);
