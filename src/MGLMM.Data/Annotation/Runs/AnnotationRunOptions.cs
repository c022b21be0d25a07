using MGLMM.Imaging;

namespace MGLMM.Data.Annotation.Runs;

/// <summary>What is annotated, and where it goes.</summary>
public sealed class AnnotationRunOptions
{
    /// <summary>A folder of pictures, or one picture. Folders inside are looked through.</summary>
    public required string Images { get; init; }

    /// <summary>The folder for what comes out; a run that was stopped goes on from what lies there.</summary>
    public required string Output { get; init; }

    /// <summary>Name and fingerprint of the model, for the files.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the chat model; null where there is none.</summary>
    public string? Chat { get; init; }

    /// <summary>Version of the program, for the files.</summary>
    public string Tool { get; init; } = "MGLMM.Data " + (typeof(AnnotationRunOptions).Assembly.GetName().Version?.ToString(3) ?? "0");

    /// <summary>The first so many pictures by name; null takes all.</summary>
    public int? Limit { get; init; }

    /// <summary>Reads the pictures.</summary>
    public IImageDecoder Decoder { get; init; } = SkiaImageDecoder.Instance;

    /// <summary>The pictures that are accepted.</summary>
    public ImageLimits Limits { get; init; } = ImageLimits.Default;
}
