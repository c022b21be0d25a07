using MGLMM.Vision.Results;
using Microsoft.SemanticKernel;

namespace MGLMM.SemanticKernel;

/// <summary>The results of vision functions as Semantic Kernel carries them.</summary>
/// <remarks>
/// A function's value is the JSON that a model gets, as a string: the same in <c>InvokeAsync&lt;string&gt;</c>, in
/// <see cref="FunctionResult.ToString"/> and in a prompt template. The record comes along in the metadata.
/// </remarks>
public static class VisionResults
{
    private const string RecordKey = "mglmm_result";

    /// <summary>The record that a vision function gave; null where the result is of another function, or a filter replaced it.</summary>
    /// <param name="result">What the kernel returned.</param>
    public static ToolResult? GetToolResult(this FunctionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Metadata?.GetValueOrDefault(RecordKey) as ToolResult;
    }

    internal static FunctionResult Of(KernelFunction function, ToolResult result) =>
        new(function, result.ToJson(), metadata: new Dictionary<string, object?> { [RecordKey] = result });
}
