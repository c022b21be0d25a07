using MGLMM.Runtime;

namespace MGLMM.Benchmarks;

/// <summary>The pictures and instructions that are measured.</summary>
internal sealed record Workload(IReadOnlyList<string> Images)
{
    public static string Repository { get; } = FindRepository();

    public static string DefaultImages { get; } = Path.Combine(Repository, "samples", "VisionAgent", "images");

    public static string DefaultCheckpoint { get; } = Path.Combine(Repository, "src", "MGLMM.Models.Scenes", "checkpoint", "mglmm-scenes");

    public static string DefaultVisionTower { get; } = 
        Directory.EnumerateDirectories(Path.Combine(Repository, "src", "MGLMM.Models.Scenes", "checkpoint"), "clip-*").First();

    public static Workload Load(string folder)
    {
        string[] images = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.png").Order(StringComparer.Ordinal).ToArray() : [];
        return images.Length > 0 ? new Workload(images) : throw new ArgumentException($"'{folder}' holds no PNG pictures. Name another folder with --images.");
    }

    /// <summary>Every task once, in the model's own words.</summary>
    public static string[] Instructions(MglmmModel model) =>
    [
        model.Instructions.Fill("segment_and_caption.panoptic"),
        model.Instructions.Fill("segment_and_caption.instance"),
        model.Instructions.Fill("refer", "tree"),
        model.Instructions.Fill("reason_segment", "What could a person live in?"),
        model.Instructions.Fill("caption.normal"),
    ];

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MGLMM.SemanticKernel.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The benchmarks run outside the repository.");
    }
}
