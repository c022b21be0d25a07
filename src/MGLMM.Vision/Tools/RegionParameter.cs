using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace MGLMM.Vision.Tools;

/// <summary>One region, by its handle or by a set of it alone.</summary>
internal sealed class RegionParameter(string name, string description) : ToolParameter<VisionRegion?>(name, description)
{
    public static readonly string[] UsualAliases =
        ["within", "region", "inside", "in_region", "region_id", "region_handle", "mask", "mask_id", "roi", "crop", "parent", "of", "about", "object_region", "within_region", "inside_of", "part_of", "regions", "set", "segment", "area", "focus", "scope", "region_of_interest", "in", "handle", "id", "parent_region"];

    /// <summary>What means the whole picture, which no region says better than none.</summary>
    private static readonly FrozenSet<string> Whole = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, [.. from all in (string[])["whole", "entire", "full", "complete"] from picture in (string[])["image", "picture", "photo", "scene"] from the in (string[])["", "the "] select $"{the}{all} {picture}", "image", "picture", "the image", "the picture", "whole", "full"]);

    /// <summary>The picture that it must belong to; null takes any.</summary>
    public ToolParameter<VisionImage>? Of { get; init; }

    /// <summary>Regions whose picture it must share; null for none.</summary>
    public RegionsParameter? With { get; init; }

    public override Type Type => typeof(string);

    public override bool NamesRegions => true;

    public override bool IsLeftOut(object? raw) => base.IsLeftOut(raw) || ArgumentText.IsNo(raw) || (ArgumentText.Of(raw) is { } text && Whole.Contains(text.Replace('_', ' ')));

    public override object? Read(object raw, ToolCall call) =>
        call.Context.RegionOf(HandleText.Words(raw), Name, Of is not null ? call.Get(Of) : With is not null ? call.Get(With)?.Image : null);

    protected override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["description"] = Description;
    }
}
