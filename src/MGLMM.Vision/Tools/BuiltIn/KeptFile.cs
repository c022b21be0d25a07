using MGLMM.Vision.Exports;
using MGLMM.Vision.Output;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Logging;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Keeps a made file as an artifact, and writes it where the host wants files.</summary>
internal static partial class KeptFile
{
    public static ArtifactResult Of(
        VisionToolContext context, VisionImage image, IReadOnlyList<VisionRegion> regions, string kind, ExportedFile file, CancellationToken cancellationToken)
    {
        VisionWorkspace workspace = context.Workspace;
        if (file.Content.Length > workspace.Limits.MaximumArtifactBytes)
        {
            throw new ExportTooLargeException(workspace.Limits.MaximumArtifactBytes);
        }

        cancellationToken.ThrowIfCancellationRequested();
        (string handle, int number) = workspace.NextArtifact();
        string name = $"{handle}-{file.FileName}";
        if (context.Settings.OutputFolder is { } folder)
        {
            name = Write(context.Logger, folder, name, file.Content.Span);
        }

        VisionArtifact artifact = workspace.AddArtifact(new VisionArtifact
        {
            Handle = handle,
            Number = number,
            Image = image.Handle,
            Kind = kind,
            FileName = name,
            MediaType = file.MediaType,
            Content = file.Content,
            Regions = [.. regions.Select(region => region.Handle)],
        });
        return new ArtifactResult
        {
            Artifact = artifact.Handle,
            Image = image.Handle,
            Kind = kind,
            FileName = name,
            SizeBytes = file.Content.Length,
            WidthPx = file.WidthPx,
            HeightPx = file.HeightPx,
            RegionCount = regions.Count,
            Note = file.Note,
        };
    }

    private static string Write(ILogger logger, string folder, string name, ReadOnlySpan<byte> content)
    {
        try
        {
            return ArtifactFolder.Write(folder, name, content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // What it says names the folder; the log has it, the caller does not.
            LogFailure(logger, exception);
            throw new ToolException(
                ToolErrorCodes.Failed, "The file could not be written to the host's output folder.", "Tell the user that the output folder cannot be written to; the host's log says why.");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A file could not be written to the output folder.")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
