using MGLMM.Vision.Diagnostics;
using MGLMM.Vision.Geometry;
using MGLMM.Vision.Grounding;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Describes a picture, or one region of it, with a region for each phrase, at one granularity.</summary>
internal sealed class SegmentAndCaptionTool : VisionTool
{
    /// <summary>What is asked of a region that the model gave no words for.</summary>
    private const string UnnamedObject = "object";

    private const int MostRegions = 100;

    private static readonly IReadOnlyList<Choice> Granularities =
    [
        new("panoptic", "everything", "all", "scene", "semantic", "whole", "full", "stuff_and_things", "pan", "whole_scene"),
        new("instance", "object", "thing", "inst", "objects_only", "individual", "item", "entity", "entities"),
        new("part", "component", "subpart", "part_level", "piece", "sub_part", "fine"),
    ];

    private static readonly ImageParameter Image = new() { IsRequired = true, Aliases = ImageParameter.UsualAliases };

    private static readonly ChoiceParameter Granularity = new("granularity", "panoptic: objects and background; instance: objects; part: parts of the object in 'within'", Granularities)
    {
        Default = "panoptic",
        Code = ToolErrorCodes.BadGranularity,
        Usable = call => Able(call.Context.Asking) is { Count: > 0 } able ? able : [.. Granularities.Select(known => known.Name)],
        Aliases = ["level", "granularity_level", "mode", "type", "kind", "scale", "segmentation_type", "gran", "segmentation_level", "segmentation_mode", "task"],
    };

    private static readonly RegionParameter Within = new("within", "Region to look inside, such as m3; part needs it") { Of = Image, Aliases = [.. RegionParameter.UsualAliases, "object", "target"] };

    private static readonly ChoiceParameter Detail = new("detail", "How much to tell of each region; normal if left out", Details.All)
    {
        Default = Details.Normal,
        TellsDefault = false,
        Aliases = Details.Aliases,
    };

    private static readonly NumberParameter<int> Most = new("max_regions", "Regions to list at most")
    {
        ZeroIsNothing = true,
        Aliases = ["limit", "max", "maximum", "maximum_regions", "top", "max_results", "max_count", "count", "num_regions", "n", "top_k", "max_masks", "max_objects"],
    };

    private SegmentAndCaptionTool()
        : base(
            ToolGroups.Vision,
            "segment_and_caption",
            "Describes a picture and segments what it names: each phrase is followed by its regions, as in 'a red car [m3]'. Start with panoptic or "
            + "instance on the whole picture; then part with within=m3 gives the parts of that one object. Areas and boxes "
            + "[left, top, right, bottom] are in px. A result may list only some regions; its set (s1) has all: page with get_regions.",
            "model_said, set, regions [{region, phrase, area_px, box_xyxy_px}], more_region_count, empty: true if none",
            Image,
            Granularity,
            Within,
            Detail,
            Most)
    {
    }

    public static VisionTool Instance { get; } = new SegmentAndCaptionTool();

    internal override async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        (VisionToolContext context, ModelAccess model) = (call.Context, call.Context.Asking);
        (VisionImage? picture, VisionRegion? parent) = (call.Get(Image), call.Get(Within));
        string level = Usable(model, call.Get(Granularity)!);
        string detail = call.Get(Detail)!;
        int? most = call.Get(Most);
        if (most is < 1 or > MostRegions)
        {
            throw ToolException.BadArgument($"'max_regions' is {most}.", $"Give 1 to {MostRegions}, or leave it out; get_regions gives the others page by page.");
        }

        string task = "segment_and_caption." + level;
        if (model.Supports($"{task}.{detail}"))
        {
            task = $"{task}.{detail}";
        }

        string template = model.Template(task);
        bool namesObject = template.Contains("{object}", StringComparison.Ordinal);
        if (parent is null && level == "part" && namesObject)
        {
            throw ToolException.BadArgument(
                "The granularity 'part' shows the parts of one object, so it needs 'within'.",
                $"Pass an object's region as 'within': {VisionToolContext.Listed(context.KnownRegions(picture))}. Objects come from segment_and_caption with granularity instance.");
        }

        string? named = parent is not null && namesObject ? ObjectPhrase.ForObject(template, parent.Phrase ?? UnnamedObject) : null;
        string instruction = model.Instruction(task, named, parent is null ? "granularity" : "within");
        IEnumerable<Func<PictureView>> views = parent is null ? RegionFinder.WholePicture(picture)
            : named is null ? [context.Finder.CropOf(picture, parent)]
            : context.Finder.ViewsOfNamed(picture, parent);
        return context.Found.Keep(
            await context.Finder.FindAsync(picture, parent, views, instruction, cancellationToken).ConfigureAwait(false),
            new FindingTerms
            {
                Granularity = level,
                Fields = Details.FieldsOf(detail),
                MostRegions = most,
                Sought = named is null || parent!.Phrase is null ? null : Sought.Whole(parent.Phrase),
            });
    }

    private static IReadOnlyList<string> Able(ModelAccess model) => model.Model is null
        ? []
        : [.. Granularities.Select(known => known.Name).Where(known => model.Card.Granularities.Contains(known) && model.Supports("segment_and_caption." + known))];

    private static string Usable(ModelAccess model, string level)
    {
        ModelCard card = model.Card;
        IReadOnlyList<string> able = Able(model);
        if (!able.Contains(level))
        {
            throw new ToolException(
                ToolErrorCodes.NotSupported,
                $"The loaded model '{PlainText.Limit(card.Name, 80)}' was not trained for the granularity '{level}'.",
                able.Count > 0 ? $"Use one of: {string.Join(", ", able)}." : "Use refer or ask instead.");
        }

        VisionTelemetry.TagGranularity(level);
        return level;
    }
}
