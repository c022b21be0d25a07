using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Server.Api;

/// <summary>How far the model is and, once it is ready, what it says about itself.</summary>
internal sealed record ModelRecord(ModelStatus Status, ModelCard? Card, PlannerRecord Planner);

/// <summary>Who plans for the page.</summary>
internal sealed record PlannerRecord(string Name, bool IsLanguageModel);

/// <summary>Who plans, as the API tells it.</summary>
internal interface IPlannerDescription
{
    /// <summary>Who it is, in words.</summary>
    public string Description { get; }

    /// <summary>Whether it is a language model, and not rules.</summary>
    public bool IsLanguageModel { get; }
}

/// <summary>A conversation in a list.</summary>
internal sealed record ConversationRecord(string Conversation, DateTimeOffset LastUsed, IReadOnlyList<string> Pictures);

/// <summary>What a conversation holds.</summary>
internal sealed record WorkspaceRecord(
    string Conversation, IReadOnlyList<ImageRecord> Images, IReadOnlyList<RegionWithMask> Regions, IReadOnlyList<ArtifactRecord> Artifacts)
{
    public static WorkspaceRecord Of(VisionWorkspace workspace) => new(
        workspace.Conversation,
        [.. workspace.Images.Select(image => new ImageRecord(image.Handle, image.Name, image.Width, image.Height, image.Format))],
        [.. workspace.Regions.Select(RegionWithMask.Of)],
        [.. workspace.Artifacts.Select(artifact => new ArtifactRecord(
            artifact.Handle, artifact.Image, artifact.Kind, artifact.FileName, artifact.MediaType, artifact.Content.Length, artifact.Regions))]);
}

/// <summary>An open picture.</summary>
internal sealed record ImageRecord(string Image, string Name, int WidthPx, int HeightPx, string Format);

/// <summary>A region with its pixels, as COCO run lengths.</summary>
internal sealed record RegionWithMask(
    string Region, string Image, string? Phrase, string? Within, string Origin, string Color, long AreaPx, IReadOnlyList<int> BoxXyxyPx, Mask Mask)
{
    public static RegionWithMask Of(VisionRegion region)
    {
        PixelBox box = region.Mask.Box;
        return new RegionWithMask(
            region.Handle, region.Image, region.Phrase, region.Parent, region.Instruction, ColorOf(region), region.Mask.Area, [box.Left, box.Top, box.Right, box.Bottom], region.Mask);
    }

    /// <summary>The colour that pictures draw it in, as CSS writes it.</summary>
    private static string ColorOf(VisionRegion region) => OverlayPalette.ColorOf(region.ColorIndex).ToString();
}

/// <summary>A file that a tool made.</summary>
internal sealed record ArtifactRecord(
    string Artifact, string Image, string Kind, string FileName, string MediaType, long SizeBytes, IReadOnlyList<string> Regions);

/// <summary>The records as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(ModelRecord))]
[JsonSerializable(typeof(ConversationRecord[]))]
[JsonSerializable(typeof(WorkspaceRecord))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    private static ApiJson? _readable;

    /// <summary>Escapes only what JSON demands: run lengths are full of what HTML would want escaped.</summary>
    public static ApiJson Readable => _readable ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
