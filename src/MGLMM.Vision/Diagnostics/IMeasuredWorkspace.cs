namespace MGLMM.Vision.Diagnostics;

/// <summary>What telemetry asks a workspace for.</summary>
internal interface IMeasuredWorkspace
{
    /// <summary>How much is in it.</summary>
    public WorkspaceSize Size { get; }
}
