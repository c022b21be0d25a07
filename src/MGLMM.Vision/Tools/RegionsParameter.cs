using System.Text.Json.Nodes;

namespace MGLMM.Vision.Tools;

/// <summary>Regions of one picture: handles of regions and sets in any mixture, or a picture's handle for all of its regions.</summary>
internal sealed class RegionsParameter(string name, string description) : ToolParameter<RegionList?>(name, description)
{
    public static readonly string[] UsualAliases =
        ["regions", "region", "set", "sets", "masks", "mask", "handles", "handle", "ids", "id", "region_ids", "region_handles", "set_id", "set_handle", "items", "objects", "segments", "regions_set", "region_set", "of"];

    /// <summary>The picture that all must belong to; null takes the first region's.</summary>
    public ToolParameter<VisionImage>? Of { get; init; }

    /// <summary>A parameter whose picture these must share; null for none.</summary>
    public RegionsParameter? With { get; init; }

    /// <summary>Whether no region is an error rather than an empty list.</summary>
    public bool NeedsSome { get; init; } = true;

    /// <summary>Whether all regions of <see cref="Of"/> are meant where it is left out.</summary>
    public bool AllIfLeftOut { get; init; }

    public override bool Collects => true;

    public override Type Type => typeof(string);

    public override bool NamesRegions => true;

    public override bool IsLeftOut(object? raw) => base.IsLeftOut(raw) || ArgumentText.IsNo(raw);

    public override object? Read(object raw, ToolCall call) => call.Context.RegionsOf(HandleText.Words(raw), Name, ImageOf(call), NeedsSome);

    public override object? ReadMissing(ToolCall call) =>
        AllIfLeftOut && Of is not null ? call.Context.RegionsOf([call.Get(Of).Handle], Name, call.Get(Of), NeedsSome)
        : IsRequired ? call.Context.RegionsOf([], Name, ImageOf(call), NeedsSome)
        : null;

    private VisionImage? ImageOf(ToolCall call) => Of is not null ? call.Get(Of) : With is not null ? call.Get(With)?.Image : null;

    protected override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["description"] = Description;
    }
}
