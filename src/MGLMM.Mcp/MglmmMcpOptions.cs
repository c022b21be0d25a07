using MGLMM.Vision.Functions;

namespace MGLMM.Mcp;

/// <summary>How the vision tools are served over MCP; bound from the configuration section <see cref="SectionName"/>.</summary>
public sealed class MglmmMcpOptions
{
    /// <summary>The configuration section: <c>Mglmm:Mcp</c>.</summary>
    public const string SectionName = "Mglmm:Mcp";

    /// <summary>Which functions are offered.</summary>
    public VisionFunctionGroups Groups { get; set; } = VisionFunctionGroups.All;

    /// <summary>
    /// The longer side of a rendered picture in a result, in pixels at most; larger ones are shown smaller, for a picture costs the reader's
    /// context. The whole file is the resource that the result links to. 0 shows none. At most 8,192.
    /// </summary>
    public int MaximumImageSidePx { get; set; } = 1024;

    /// <summary>
    /// Bytes of a rendered picture in a result at most; one that is larger is shown smaller still, and as JPEG where nothing in it is transparent. Some clients refuse a whole
    /// result of more than 1,048,576 characters, in which four stand for three bytes.
    /// </summary>
    public int MaximumImageBytes { get; set; } = 700_000;

    /// <summary>
    /// Whether a result links to the file that was made. Some clients (LangChain's adapter) read a link to a picture as a picture at an address that nobody can fetch; without links the file is still a
    /// resource, <c>mglmm://artifact/</c> and the handle of the result.
    /// </summary>
    public bool LinkFiles { get; set; } = true;

    /// <summary>How often a call under way tells its progress, to clients that ask for it.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(1);
}
