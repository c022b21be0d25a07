using System.Globalization;
using System.Text.Json;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Samples.InspectionWorkflow;

/// <summary>What is inspected, and where things lie. Every file is written whole or not at all, and again just the same where a step is done twice.</summary>
internal sealed class Inspection
{
    private const string Work = ".work";

    private readonly IGroundingModel _model;

    /// <exception cref="InvalidOperationException">There are no pictures, or the result cannot lie in that folder: it is that of the pictures, or holds an inspection of something else, not yet at its end.</exception>
    public Inspection(IGroundingModel model, string pictures, string expression, string output)
    {
        (_model, Expression, Output) = (model, expression, Path.GetFullPath(output));
        PictureFolder = Path.GetFullPath(pictures);
        string[] kinds = [".png", ".jpg", ".jpeg", ".webp"];
        Pictures = [.. Directory.GetFiles(PictureFolder).Select(path => Path.GetFileName(path)).Where(name => kinds.Contains(Path.GetExtension(name).ToLowerInvariant())).Order(StringComparer.Ordinal)];
        if (Pictures.Count == 0)
        {
            throw new InvalidOperationException($"'{PictureFolder}' has no PNG, JPEG or WebP file.");
        }

        if (Pictures.FirstOrDefault(name => File.Exists(Path.Combine(Output, name))) is { } file)
        {
            throw new InvalidOperationException($"'{Output}' has a file '{file}', where the folder with the result of that picture would be. Name another folder, such as '{Path.Combine(Output, "inspection")}'.");
        }

        string job = JsonSerializer.Serialize((string[])[PictureFolder, Expression, .. Pictures]);
        string path = WorkPath("job.json");
        if (!File.Exists(path))
        {
            Write(path, System.Text.Encoding.UTF8.GetBytes(job));
        }
        else if (File.ReadAllText(path) != job)
        {
            throw new InvalidOperationException($"'{Output}' holds another inspection that is not at its end. Go on with its own arguments and pictures, name another folder, or delete '{WorkPath()}'.");
        }
    }

    public string PictureFolder { get; }

    public IReadOnlyList<string> Pictures { get; }

    public string Expression { get; }

    public string Output { get; }

    public string WorkPath(params ReadOnlySpan<string> parts) => Path.Combine([Output, Work, .. parts]);

    /// <summary>The tools over the workspace that an earlier step left; over a new one where there was none.</summary>
    public async Task<VisionToolset> ToolsAsync(PictureFile file, string? step, CancellationToken cancellationToken) =>
        new(_model, step is null ? new VisionWorkspace() : await VisionWorkspace.LoadAsync(WorkPath("workspaces", $"{file.Index}-{step}"), cancellationToken: cancellationToken));

    /// <summary>Leaves a workspace to the next step. Each step has a folder of its own, so that one done twice begins with the same handles.</summary>
    public Task KeepAsync(VisionToolset tools, PictureFile file, string step, CancellationToken cancellationToken) =>
        tools.Workspace.SaveAsync(WorkPath("workspaces", $"{file.Index}-{step}"), cancellationToken);

    /// <summary>Writes a file of the result.</summary>
    /// <returns>Its path.</returns>
    public string WriteResult(PictureFile file, string name, ReadOnlySpan<byte> content)
    {
        string path = Path.Combine(Output, file.Name, name);
        Write(path, content);
        return path;
    }

    /// <summary>Keeps a picture's line of the report.</summary>
    public void WriteRow(PictureFile file, int masks, int rejected, string note = "") =>
        Write(WorkPath("rows", $"{file.Index:D6}.csv"), System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Field(file.Name)},{masks},{rejected},{Field(note)}\n")));

    /// <summary>Puts the report together.</summary>
    public InspectionReport Finish()
    {
        string path = Path.Combine(Output, "report.csv");
        string[] rows = [.. Directory.GetFiles(WorkPath("rows")).Order(StringComparer.Ordinal).Select(File.ReadAllText)];
        Write(path, System.Text.Encoding.UTF8.GetBytes("picture,masks,rejected,note\n" + string.Concat(rows)));
        return new InspectionReport(Pictures.Count, path);
    }

    /// <summary>What a tool made, or its error as an exception.</summary>
    public static T Expect<T>(ToolResult result)
        where T : ToolResult => result as T ?? throw new InvalidOperationException(result is ToolError error ? $"{error.Message} {error.Try}" : "A tool gave another result than it should.");

    /// <summary>The bytes of the file that a tool made.</summary>
    public static ReadOnlySpan<byte> FileOf(VisionToolset tools, ToolResult result) =>
        tools.Workspace.TryGetArtifact(Expect<ArtifactResult>(result).Artifact, out VisionArtifact? file) ? file.Content.Span : throw new InvalidOperationException("The file was not kept.");

    /// <summary>A field of the report, in quotes where what it says would be read as more than a field (RFC 4180).</summary>
    private static string Field(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path + ".part", content);
        File.Move(path + ".part", path, overwrite: true);
    }
}
