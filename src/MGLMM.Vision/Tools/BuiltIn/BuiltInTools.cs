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
}
