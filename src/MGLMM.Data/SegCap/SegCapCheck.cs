using System.Globalization;

namespace MGLMM.Data.SegCap;

/// <summary>Looks through a SegCap file without stopping at the first fault. One at a time; not thread-safe.</summary>
public static class SegCapCheck
{
    private const int MostFaults = 100;

    /// <summary>Checks a file and counts what is in it.</summary>
    /// <param name="path">The file; pictures are looked for beside it.</param>
    /// <param name="withPictures">Whether pictures have to be there, with the sizes that the samples say.</param>
    /// <param name="cancellationToken">Observed at every line.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SegCapReport Run(string path, bool withPictures = true, CancellationToken cancellationToken = default)
    {
        (string name, string folder) = (Path.GetFileName(path), Path.GetDirectoryName(Path.GetFullPath(path))!);
        SegCapCount count = new();
        HashSet<string> ids = new(StringComparer.Ordinal);
        Dictionary<string, (bool IsThere, (int Width, int Height)? Size)> pictures = new(StringComparer.Ordinal);
        (List<SegCapFault> faults, long found) = (new List<SegCapFault>(), 0L);
        int number = 0;
        foreach (string line in SegCapFile.Lines(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            SegCapSample sample;
            try
            {
                sample = SegCapFile.Parse(line, name, number);
            }
            catch (InvalidDataException exception)
            {
                Tell(null, exception.InnerException?.Message ?? exception.Message);
                continue;
            }

            count.Add(sample);
            if (SegCapFile.RepeatedId(sample, ids) is { } repeated)
            {
                Tell(sample.Id, $"the id '{repeated}' is there twice.");
            }

            if ((SegCapRules.FaultOf(sample) ?? SegCapRules.StrictFaultOf(sample)) is { } fault)
            {
                Tell(sample.Id, fault);
            }

            if (withPictures)
            {
                if (!pictures.TryGetValue(sample.Image, out (bool IsThere, (int Width, int Height)? Size) picture))
                {
                    pictures.Add(sample.Image, picture = Picture(Path.Combine(folder, sample.Image)));
                }

                if (PictureFault(picture, sample) is { } pictureFault)
                {
                    Tell(sample.Id, pictureFault);
                }
            }
        }

        if (number == 0 || (count.Samples == 0 && found == 0))
        {
            number = 0;
            Tell(null, "the file holds no samples.");
        }

        return new SegCapReport(count.Result(), faults, found);

        void Tell(string? id, string message)
        {
            found++;
            if (faults.Count < MostFaults)
            {
                faults.Add(new SegCapFault(number, id, message));
            }
        }
    }

    private static (bool IsThere, (int Width, int Height)? Size) Picture(string path) => File.Exists(path) ? (true, Imaging.PictureSize.TryRead(path)) : (false, null);

    private static string? PictureFault((bool IsThere, (int Width, int Height)? Size) picture, SegCapSample sample)
    {
        if (!picture.IsThere)
        {
            return $"its picture '{sample.Image}' is not there.";
        }

        return picture.Size is { } size && (size.Width != sample.Width || size.Height != sample.Height)
            ? string.Create(CultureInfo.InvariantCulture, $"its picture is {size.Width}x{size.Height} instead of {sample.Width}x{sample.Height}.")
            : null;
    }
}
