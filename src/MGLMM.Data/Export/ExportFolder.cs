using System.Text.Encodings.Web;
using System.Text.Json;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Export;

/// <summary>The folder of an export. Files get their names when all are complete; until then, and if it fails, they are not there.</summary>
internal sealed class ExportFolder : IDisposable
{
    private const string Ending = ".part";

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<string> _files = [];
    private readonly string _folder;
    private bool _complete;

    public ExportFolder(string folder, string pictures)
    {
        _folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(_folder);
        Pictures = Path.GetRelativePath(_folder, pictures).Replace('\\', '/');
    }

    /// <summary>Where the names of pictures begin, relative to the folder.</summary>
    public string Pictures { get; }

    /// <summary>The files, relative to the folder.</summary>
    public IReadOnlyList<string> Files => _files;

    public long Samples { get; private set; }

    public long Questions { get; private set; }

    public long Masks { get; private set; }

    public void Count(SegCapSample sample)
    {
        Samples++;
        foreach (SegCapSample question in sample.Questions())
        {
            Questions++;
            Masks += question.Masks.Count;
        }
    }

    /// <summary>Writes a JSON file.</summary>
    public void Write(string name, Action<Utf8JsonWriter> write)
    {
        using FileStream stream = Create(name);
        using Utf8JsonWriter writer = new(stream, Json);
        write(writer);
    }

    /// <summary>Writes a text file.</summary>
    public void WriteLines(string name, IEnumerable<string> lines)
    {
        using StreamWriter stream = new(Create(name));
        foreach (string line in lines)
        {
            stream.Write(line + "\n");
        }
    }

    /// <summary>Gives the files their names.</summary>
    public void Complete()
    {
        foreach (string name in _files)
        {
            File.Move(PathOf(name) + Ending, PathOf(name), overwrite: true);
        }

        _complete = true;
    }

    public void Dispose()
    {
        if (!_complete)
        {
            _files.ForEach(name => File.Delete(PathOf(name) + Ending));
        }
    }

    private FileStream Create(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        _files.Add(name);
        return File.Create(PathOf(name) + Ending);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
