namespace MGLMM.Vision.Functions;

/// <summary>The groups that the functions come in; an agent is given those that it needs.</summary>
[Flags]
public enum VisionFunctionGroups
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>vision</c>: what asks the model: open_image, segment_and_caption, refer, reason_segment, caption, ask.</summary>
    Vision = 1,

    /// <summary><c>vision_geometry</c>: exact work on masks without the model: combine_regions, select_regions, compare_regions, get_regions.</summary>
    Geometry = 2,

    /// <summary><c>vision_output</c>: files for the user: render_image, export_regions.</summary>
    Output = 4,

    /// <summary>The host's own tools, whatever their group is called.</summary>
    Own = 8,

    /// <summary>All of them.</summary>
    All = Vision | Geometry | Output | Own,
}
