namespace MGLMM.Vision.Tools;

/// <summary>The names of the groups that tools come in.</summary>
public static class ToolGroups
{
    /// <summary>What asks the model about a picture.</summary>
    public const string Vision = "vision";

    /// <summary>Exact work on regions, without the model.</summary>
    public const string Geometry = "vision_geometry";

    /// <summary>Files for the user.</summary>
    public const string Output = "vision_output";

    /// <summary>A host's own tools, unless they name another.</summary>
    public const string Own = "vision_own";
}
