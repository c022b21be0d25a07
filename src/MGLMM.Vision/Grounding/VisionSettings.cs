namespace MGLMM.Vision.Grounding;

/// <summary>How the tools work, as far as they need to know: what the toolset's options say, checked.</summary>
internal sealed record VisionSettings
{
    public required AskOptions Asking { get; init; }

    public required int MaximumResultTokens { get; init; }

    public required int MaximumTextLength { get; init; }

    public required int MaximumDialogueTurns { get; init; }

    public required string? OutputFolder { get; init; }

    public required double CropBelowFraction { get; init; }

    public required double CropMargin { get; init; }

    public required double MinimumContainment { get; init; }
}
