using MGLMM.Vision.Results;

namespace MGLMM.Samples.VisionAgent;

/// <summary>A vision function gave an error record where the tour needs an answer.</summary>
internal sealed class ToolFailedException(ToolError error) : Exception($"{error.Message} {error.Try}")
{
    /// <summary>Whether the picture or the question is at fault, rather than the machine.</summary>
    public bool IsInput { get; } = error.Code is not (ToolErrorCodes.Busy or ToolErrorCodes.Failed);

    /// <summary>Whether only this function is beyond the loaded model, so that others may still work.</summary>
    public bool CanGoOn { get; } = error.Code is ToolErrorCodes.NotSupported;
}
