using MGLMM.Vision.Results;

namespace MGLMM.Vision;

public sealed partial class VisionToolset
{
#pragma warning disable CS1591, CA1822, IDE0060 // stubs until the tools are here
    public Task<ToolResult> CombineRegionsAsync(string operation, string regions, string? others = null, double? pixels = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<ToolResult> SelectRegionsAsync(string set, string? label = null, long? minAreaPx = null, long? maxAreaPx = null, string? orderBy = null, string? near = null, int? top = null, int? nth = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<ToolResult> CompareRegionsAsync(string regions, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<ToolResult> GetRegionsAsync(string set, int offset = 0, int limit = 10, string? fields = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<ToolResult> RenderImageAsync(string image, string? regions = null, string? style = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    public Task<ToolResult> ExportRegionsAsync(string set, string format, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
