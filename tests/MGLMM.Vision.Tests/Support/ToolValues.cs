using MGLMM.Vision.Tools;

namespace MGLMM.Vision.Tests.Support;

internal static class ToolValues
{
    /// <summary>The values that a tool's schema lists for an argument.</summary>
    public static string[] Of(VisionTool tool, string argument) =>
        [.. tool.Schema.GetProperty("properties").GetProperty(argument).GetProperty("enum").EnumerateArray().Select(value => value.GetString()!)];
}
