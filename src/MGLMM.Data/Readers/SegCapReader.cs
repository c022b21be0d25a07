using MGLMM.Data.Import;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Readers;

/// <summary>SegCap itself: a file, or the <c>segcap.jsonl</c> of a folder. Pictures are named anew, relative to the output; all else stays.</summary>
internal sealed class SegCapReader : IDatasetReader
{
    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string path = File.Exists(scope.Folder) ? scope.Folder : scope.File("The SegCap file", "segcap.jsonl");
        if (string.Equals(Path.GetFullPath(path), Path.GetFullPath(scope.Options.Output), StringComparison.Ordinal))
        {
            throw new ArgumentException("--output is the file that is read; name another one.");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return new ImportPlan(null, SegCapFile.Stream(path).Select(sample => ImportItem.Of(log => Make(scope, sample, folder, log))));
    }

    private static SegCapSample? Make(ImportScope scope, SegCapSample sample, string folder, ImportLog log)
    {
        if (scope.Options.Split is { } split && sample.Source?.Split != split)
        {
            log.LeaveOut("a sample is of another split, or says none", sample.Id);
            return null;
        }

        foreach (string name in sample.Unknown?.Keys ?? [])
        {
            log.Note($"the field '{name}' is none of version {sample.Version}; it was kept", sample.Id);
        }

        // With --images the pictures are somewhere else, under the same names.
        Picture picture = scope.Options.Images is null ? scope.PictureAt(Path.Combine(folder, sample.Image), log) : scope.PictureOf(sample.Image.Replace("../", string.Empty, StringComparison.Ordinal), log);
        return sample with { Image = picture.Name };
    }
}
