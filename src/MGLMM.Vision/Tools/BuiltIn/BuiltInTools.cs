using MGLMM.Vision.Exports;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>The tools that come with the library.</summary>
internal static class BuiltInTools
{
    /// <summary>In the order that they are listed in.</summary>
    public static IReadOnlyList<VisionTool> All { get; } =
    [
        OpenImageTool.Instance,
        SegmentAndCaptionTool.Instance,
        ReferTool.Instance,
        ReasonSegmentTool.Instance,
        CaptionTool.Instance,
        AskTool.Instance,
        CombineRegionsTool.Instance,
        SelectRegionsTool.Instance,
        CompareRegionsTool.Instance,
        GetRegionsTool.Instance,
        RenderImageTool.Instance,
        ExportRegionsTool.Instance,
    ];

    /// <summary>The same, over export formats of a host's choice.</summary>
    public static IReadOnlyList<VisionTool> With(IReadOnlyList<IExportFormat>? formats) => formats is null || ReferenceEquals(formats, ExportFormats.BuiltIn)
        ? All
        : [.. All.Select(tool => tool is ExportRegionsTool ? ExportRegionsTool.Over(formats) : tool)];

    /// <summary>Whether a tool is one of these, whatever formats it is over.</summary>
    public static bool Holds(VisionTool tool) => tool is ExportRegionsTool || All.Contains(tool);
}
