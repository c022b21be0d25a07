using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Export;

/// <summary>
/// The folder of an export. Files get their names when all are complete; until then, and if it fails, they are not there. Files of an earlier export are
/// replaced, and no others.
/// </summary>
internal sealed class ExportFolder : IDisposable
{
    private const string Ending = ".part";
    private const int BufferSize = 1 << 16;

    /// <summary>What every JSON file of an export holds, and nobody else's.</summary>
    private static readonly byte[] Mark = Encoding.UTF8.GetBytes($"\"{CocoExport.PicturesField}\":");

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

    /// <summary>Writes a JSON file, in which <see cref="CocoExport.PicturesField"/> says <see cref="Pictures"/>.</summary>
    /// <exception cref="ArgumentException">There is such a file, and no export wrote it.</exception>
    public void Write(string name, Action<Utf8JsonWriter> write)
    {
        using FileStream stream = Create(name, IsExport);
        using Utf8JsonWriter writer = new(stream, Json);
        write(writer);
    }

    /// <summary>Writes a list of files of the export, a line each.</summary>
    /// <param name="name">The list.</param>
    /// <param name="folder">The folder, below this one, that they lie in.</param>
    /// <param name="files">Their names.</param>
    /// <exception cref="ArgumentException">There is such a list, and no export wrote it: the first file that it names is none of an export.</exception>
    public void WriteList(string name, string folder, IEnumerable<string> files)
    {
        using StreamWriter stream = new(Create(name, path => File.ReadLines(path).FirstOrDefault() is { Length: > 0 } first && IsExport(Path.Combine(PathOf(folder), first))));
        foreach (string file in files)
        {
            stream.Write(file + "\n");
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

    private static bool IsExport(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using FileStream file = File.OpenRead(path);
        byte[] buffer = new byte[BufferSize];
        int kept = 0;
        for (int read; (read = file.Read(buffer.AsSpan(kept))) > 0;)
        {
            Span<byte> known = buffer.AsSpan(0, kept + read);
            if (known.IndexOf(Mark) >= 0)
            {
                return true;
            }

            // The mark may lie across the end of what was read.
            kept = Math.Min(Mark.Length - 1, known.Length);
            known[^kept..].CopyTo(buffer);
        }

        return false;
    }

    private FileStream Create(string name, Func<string, bool> isExport)
    {
        if (Path.Exists(PathOf(name)) && !isExport(PathOf(name)))
        {
            throw new ArgumentException($"'{PathOf(name)}' is there already, and is no export from SegCap: it is not replaced. Name another output folder, or move it away.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        _files.Add(name);
        return File.Create(PathOf(name) + Ending);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
