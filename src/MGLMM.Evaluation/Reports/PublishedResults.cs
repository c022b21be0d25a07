namespace MGLMM.Evaluation.Reports;

/// <summary>Results of the field as their papers and repositories print them, in percent, to stand beside ours.</summary>
internal static class PublishedResults
{
    private const string Gcg = "METEOR / CIDEr / AP50 / mIoU / recall";

    private static readonly PublishedTable Mgsc = new(
        "MGSC", Gcg + "; panoptic, fine-grained, all", "the MGSC benchmark itself, METEOR 1.5, recall by BERT",
        [("GLaMM", "16.5/4.7/5.4/52.5/16.3; 16.6/8.9/6.5/45.5/21.6; 16.5/8.3/5.4/47.6/18.7"), ("MGLMM", "17.6/16.7/8.0/58.5/21.5; 17.9/10.0/7.4/48.7/25.2; 17.8/11.6/7.4/51.6/23.2")]);

    private static readonly PublishedTable GroundedConversation = new(
        "GranD-f (GCG)", Gcg + "; val, test", "METEOR 1.5, recall by BERT",
        [
            ("Kosmos-2", "16.1/27.6/17.1/55.6/28.3; 15.8/27.2/17.2/56.8/29.0"), ("LISA", "13.0/33.9/25.2/62.0/36.3; 12.9/32.2/24.8/61.7/35.5"), ("OMG-LLaVA", "14.9/41.2/29.9/65.5/-; 14.5/38.5/28.6/64.7/-"),
            ("GLaMM", "16.2/47.2/30.8/66.3/41.8; 15.8/43.5/29.2/65.6/40.8"), ("MGLMM", "16.4/50.1/31.7/66.3/45.2; 16.3/47.5/30.6/65.6/45.1"), ("X-SAM", "15.4/46.3/33.2/69.4/-; 15.1/42.7/32.9/69.0/-"),
            ("X2SAM", "15.2/35.6/33.1/67.1/-; 14.8/33.6/31.3/65.2/-"),
        ]);

    private static readonly PublishedTable Referring = new(
        "refCOCO; refCOCO+; refCOCOg", "cIoU; val/testA/testB, val/testA/testB, val/test", "MGLMM's, LISA's and GLaMM's teacher-forced",
        [
            ("LISA-7B", "74.9/79.1/72.3; 65.1/70.8/58.1; 67.9/70.6"), ("PixelLM", "73.0/76.5/68.2; 66.3/71.7/58.3; 69.3/70.5"), ("GSVA", "77.2/78.9/73.5; 65.9/69.6/59.8; 72.7/73.3"),
            ("GLaMM", "79.5/83.2/76.9; 72.6/78.7/64.6; 74.2/74.9"), ("MGLMM", "80.2/83.1/76.0; 73.2/78.7/66.8; 76.7/77.5"), ("MGLMM, fine-tuned", "81.3/83.5/77.3; 73.9/79.2/67.2; 77.2/77.4"),
            ("UniPixel-7B", "80.8/83.0/77.4; 75.3/80.1/70.0; 76.4/77.1"), ("HyperSeg", "84.8/85.7/83.4; 79.0/83.5/75.2; 79.4/78.9"), ("X-SAM", "85.1/87.1/83.4; 78.0/81.0/74.4; 83.8/83.9"), ("X2SAM", "84.0/85.5/81.8; 78.4/82.4/74.3; 81.9/83.2"),
        ]);

    private static readonly PublishedTable Generalized = new(
        "gRefCOCO", "cIoU/gIoU; val, testA, testB", "ReLA and GSVA trained on it and score every sentence by the flag; the others were not trained on it, MGLMM scores first sentences by pixels",
        [
            ("ReLA", "62.4/63.6, 69.3/70.0, 59.9/61.0"), ("GSVA", "63.3/66.5, 69.9/71.1, 60.5/62.2"), ("LaSagnA", "38.1/32.4, 50.4/47.3, 42.1/38.9"), ("PSALM", "42.0/43.3, 52.4/54.5, 50.6/52.5"),
            ("MGLMM", "52.8/50.2, 61.2/58.7, 56.0/54.1"), ("X-SAM", "59.9/65.6, 63.0/67.2, 62.0/65.2"), ("X2SAM", "63.1/68.1, 67.3/71.2, 63.4/66.7"),
        ]);

    private static readonly PublishedTable Reasoning = new(
        "ReasonSeg val", "cIoU/gIoU", "LISA leaves ignored pixels out, MGLMM takes them for background",
        [("LISA-7B, fine-tuned", "54.0/52.9"), ("MGLMM, not trained on it", "51.1/48.6"), ("HyperSeg", "56.7/59.2"), ("X2SAM", "64.5/71.1")]);

    private static readonly PublishedTable Captioning = new(
        "Flickr30k; NoCaps", "CIDEr/SPICE", "SPICE is not computed here",
        [("GLaMM", "95.3/18.8; 106.8/15.8"), ("InstructBLIP", "82.8/-; -"), ("BLIP-2", "-; 121.6/15.8"), ("MGLMM", "104.6/22.7; 112.6/15.2")]);

    /// <summary>The tables for data sets, by the names of <c>mglmm import</c>'s kinds; each once.</summary>
    public static IReadOnlyList<PublishedTable> Of(IEnumerable<string> datasets) => [.. datasets.Select(TableOf).OfType<PublishedTable>().Distinct()];

    private static PublishedTable? TableOf(string dataset) => dataset switch
    {
        "mgsc" or "drawn-mgsc" => Mgsc,
        "grandf" => GroundedConversation,
        "refcoco" or "refcoco+" or "refcocog" or "refclef" => Referring,
        "grefcoco" => Generalized,
        "reasonseg" => Reasoning,
        "nocaps" or "flickr30k-entities" => Captioning,
        _ => null,
    };
}

/// <summary>Published results on a data set.</summary>
/// <param name="Dataset">Which.</param>
/// <param name="Measures">What the numbers are, in order.</param>
/// <param name="Protocol">How they were made, where that matters.</param>
/// <param name="Rows">Who, and the numbers.</param>
internal sealed record PublishedTable(string Dataset, string Measures, string Protocol, IReadOnlyList<(string Model, string Values)> Rows);
