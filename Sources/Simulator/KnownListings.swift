/// The securities a trader looks for first, with rounded price levels and daily volumes: a market without them feels wrong.
enum KnownListings {
    /// One line each: ticker, name, type, exchange, price in USD, volume in thousands of shares a day.
    ///
    /// The first lines hold one of every kind, so that a market of twenty tickers has them all.
    static let table = """
        AAPL|Apple Inc.|CS|XNAS|256|52000
        NVDA|NVIDIA Corporation|CS|XNAS|183|185000
        TSLA|Tesla, Inc.|CS|XNAS|428|82000
        SPY|SPDR S&P 500 ETF Trust|ETF|ARCX|668|72000
        BRK.B|Berkshire Hathaway Inc. Class B|CS|XNYS|493|4200
        BACpM|Bank of America Corporation Depositary Shares, Series KK|PFD|XNYS|22.3|21
        ACHR.WS|Archer Aviation Inc. Redeemable Warrants|WARRANT|XNYS|2.55|130
        AACT.U|Ares Acquisition Corporation II Units|UNIT|XNYS|11.1|4
        ZVZZT|NASDAQ TEST STOCK||XNAS|25|180
        TEF|Telefónica, S.A. American Depositary Shares|ADRC|XNYS|5.1|900
        AMD|Advanced Micro Devices, Inc.|CS|XNAS|214|61000
        QQQ|Invesco QQQ Trust, Series 1|ETF|XNAS|603|54000
        NTEST.Q|NYSE TEST STOCK SERIES Q||XNYS|30|40
        BRK.A|Berkshire Hathaway Inc. Class A|CS|XNYS|740000|0.6
        KIMpL|Kimco Realty Corporation Depositary Shares, Class L|PFD|XNYS|21.4|6
        SOXS|Direxion Daily Semiconductor Bear 3X Shares|ETF|ARCX|4.1|210000
        BBAI|BigBear.ai Holdings, Inc.|CS|XNYS|6.4|98000
        PLTR|Palantir Technologies Inc. Class A|CS|XNAS|176|58000
        INTC|Intel Corporation|CS|XNAS|36.5|112000
        F|Ford Motor Company|CS|XNYS|12.9|66000
        MSFT|Microsoft Corporation|CS|XNAS|497|22000
        AMZN|Amazon.com, Inc.|CS|XNAS|226|44000
        META|Meta Platforms, Inc. Class A|CS|XNAS|634|14000
        GOOGL|Alphabet Inc. Class A|CS|XNAS|282|33000
        GOOG|Alphabet Inc. Class C|CS|XNAS|283|21000
        AVGO|Broadcom Inc.|CS|XNAS|346|22000
        SOFI|SoFi Technologies, Inc.|CS|XNAS|27|71000
        TQQQ|ProShares UltraPro QQQ|ETF|XNAS|104|82000
        SQQQ|ProShares UltraPro Short QQQ|ETF|XNAS|14.6|118000
        TSLL|Direxion Daily TSLA Bull 2X Shares|ETF|XNAS|18|96000
        TZA|Direxion Daily Small Cap Bear 3X Shares|ETF|ARCX|7.9|74000
        IWM|iShares Russell 2000 ETF|ETF|ARCX|238|38000
        XLF|Financial Select Sector SPDR Fund|ETF|ARCX|52.7|41000
        HYG|iShares iBoxx $ High Yield Corporate Bond ETF|ETF|ARCX|80.4|36000
        TLT|iShares 20+ Year Treasury Bond ETF|ETF|XNAS|89.6|34000
        SLV|iShares Silver Trust|ETF|ARCX|46|42000
        GLD|SPDR Gold Shares|ETF|ARCX|375|14000
        BAC|Bank of America Corporation|CS|XNYS|52|36000
        T|AT&T Inc.|CS|XNYS|25.8|38000
        PFE|Pfizer Inc.|CS|XNYS|25.1|52000
        NIO|NIO Inc. American Depositary Shares|ADRC|XNYS|5.9|48000
        RIVN|Rivian Automotive, Inc. Class A|CS|XNAS|15.2|42000
        LCID|Lucid Group, Inc.|CS|XNAS|13.7|14000
        MARA|MARA Holdings, Inc.|CS|XNAS|11.8|52000
        RIOT|Riot Platforms, Inc.|CS|XNAS|14.3|30000
        PLUG|Plug Power Inc.|CS|XNAS|2.1|105000
        AAL|American Airlines Group Inc.|CS|XNAS|12.8|61000
        CCL|Carnival Corporation|CS|XNYS|25.6|21000
        SNAP|Snap Inc. Class A|CS|XNYS|8.1|56000
        HOOD|Robinhood Markets, Inc. Class A|CS|XNAS|116|29000
        COIN|Coinbase Global, Inc. Class A|CS|XNAS|254|11000
        MSTR|Strategy Inc. Class A|CS|XNAS|181|19000
        SMCI|Super Micro Computer, Inc.|CS|XNAS|34|27000
        MU|Micron Technology, Inc.|CS|XNAS|226|26000
        ORCL|Oracle Corporation|CS|XNYS|203|24000
        UBER|Uber Technologies, Inc.|CS|XNYS|84|19000
        NFLX|Netflix, Inc.|CS|XNAS|108|38000
        BABA|Alibaba Group Holding Limited American Depositary Shares|ADRC|XNYS|153|15000
        CMCSA|Comcast Corporation Class A|CS|XNAS|27|33000
        VZ|Verizon Communications Inc.|CS|XNYS|41|24000
        KO|The Coca-Cola Company|CS|XNYS|72.5|17000
        XOM|Exxon Mobil Corporation|CS|XNYS|118|15000
        JPM|JPMorgan Chase & Co.|CS|XNYS|299|9000
        WFC|Wells Fargo & Company|CS|XNYS|83|15000
        C|Citigroup Inc.|CS|XNYS|99|14000
        WMT|Walmart Inc.|CS|XNYS|104|22000
        DIS|The Walt Disney Company|CS|XNYS|104|11000
        BA|The Boeing Company|CS|XNYS|180|9000
        GM|General Motors Company|CS|XNYS|69|10000
        GE|GE Aerospace|CS|XNYS|294|5000
        CVX|Chevron Corporation|CS|XNYS|151|9000
        UNH|UnitedHealth Group Incorporated|CS|XNYS|318|9500
        LLY|Eli Lilly and Company|CS|XNYS|1050|3400
        V|Visa Inc. Class A|CS|XNYS|328|6500
        MA|Mastercard Incorporated Class A|CS|XNYS|536|3100
        JNJ|Johnson & Johnson|CS|XNYS|203|8800
        PG|The Procter & Gamble Company|CS|XNYS|150|9300
        HD|The Home Depot, Inc.|CS|XNYS|343|5200
        COST|Costco Wholesale Corporation|CS|XNAS|898|2600
        ADBE|Adobe Inc.|CS|XNAS|324|4600
        CRM|Salesforce, Inc.|CS|XNYS|227|9100
        CSCO|Cisco Systems, Inc.|CS|XNAS|76|23000
        QCOM|QUALCOMM Incorporated|CS|XNAS|163|8800
        TXN|Texas Instruments Incorporated|CS|XNAS|159|8000
        ARM|Arm Holdings plc American Depositary Shares|ADRC|XNAS|135|7200
        TSM|Taiwan Semiconductor Manufacturing Company Limited ADR|ADRC|XNYS|276|15000
        SHOP|Shopify Inc. Class A|CS|XNAS|149|11000
        PYPL|PayPal Holdings, Inc.|CS|XNAS|60|16000
        GME|GameStop Corp. Class A|CS|XNYS|20.3|9000
        AMC|AMC Entertainment Holdings, Inc. Class A|CS|XNYS|2.2|27000
        DKNG|DraftKings Inc. Class A|CS|XNAS|31|14000
        ROKU|Roku, Inc. Class A|CS|XNAS|97|4000
        RBLX|Roblox Corporation Class A|CS|XNYS|92|12000
        U|Unity Software Inc.|CS|XNYS|39|14000
        AFRM|Affirm Holdings, Inc. Class A|CS|XNAS|67|6500
        UPST|Upstart Holdings, Inc.|CS|XNAS|39|7700
        CVNA|Carvana Co. Class A|CS|XNYS|311|4000
        IONQ|IonQ, Inc.|CS|XNYS|46|27000
        RGTI|Rigetti Computing, Inc.|CS|XNAS|25|62000
        QBTS|D-Wave Quantum Inc.|CS|XNYS|22|45000
        SOUN|SoundHound AI, Inc. Class A|CS|XNAS|12|41000
        ACHR|Archer Aviation Inc. Class A|CS|XNYS|7.4|58000
        JOBY|Joby Aviation, Inc.|CS|XNYS|13.9|28000
        RKLB|Rocket Lab Corporation|CS|XNAS|43|24000
        ASTS|AST SpaceMobile, Inc. Class A|CS|XNAS|56|14000
        LUNR|Intuitive Machines, Inc. Class A|CS|XNAS|9.1|11000
        OPEN|Opendoor Technologies Inc.|CS|XNAS|7.2|120000
        NU|Nu Holdings Ltd. Class A|CS|XNYS|15.9|43000
        VALE|Vale S.A. American Depositary Shares|ADRC|XNYS|12.3|36000
        PBR|Petróleo Brasileiro S.A. American Depositary Shares|ADRC|XNYS|12.7|19000
        GRAB|Grab Holdings Limited Class A|CS|XNAS|5.4|37000
        KGC|Kinross Gold Corporation|CS|XNYS|25|24000
        B|Barrick Mining Corporation|CS|XNYS|37|18000
        FCX|Freeport-McMoRan Inc.|CS|XNYS|39|17000
        CLF|Cleveland-Cliffs Inc.|CS|XNYS|11.6|21000
        NOK|Nokia Corporation American Depositary Shares|ADRC|XNYS|6.1|44000
        ABEV|Ambev S.A. American Depositary Shares|ADRC|XNYS|2.5|33000
        BTG|B2Gold Corp|CS|XASE|4.2|43000
        DNN|Denison Mines Corp|CS|XASE|2.4|62000
        HIMS|Hims & Hers Health, Inc. Class A|CS|XNYS|36|21000
        TLRY|Tilray Brands, Inc.|CS|XNAS|1.05|48000
        CRWV|CoreWeave, Inc. Class A|CS|XNAS|72|27000
        OKLO|Oklo Inc. Class A|CS|XNYS|92|13000
        NVTS|Navitas Semiconductor Corporation|CS|XNAS|8.2|31000
        BMNR|BitMine Immersion Technologies, Inc.|CS|XASE|29|46000
        IBIT|iShares Bitcoin Trust ETF|ETF|XNAS|49|72000
        ETHA|iShares Ethereum Trust ETF|ETF|XNAS|21|41000
        SOXL|Direxion Daily Semiconductor Bull 3X Shares|ETF|ARCX|38|86000
        UVXY|ProShares Ultra VIX Short-Term Futures ETF|ETF|BATS|12|26000
        VXX|iPath Series B S&P 500 VIX Short-Term Futures ETN|ETN|BATS|34|8800
        EEM|iShares MSCI Emerging Markets ETF|ETF|ARCX|53.6|32000
        EFA|iShares MSCI EAFE ETF|ETF|ARCX|93|15000
        FXI|iShares China Large-Cap ETF|ETF|ARCX|38.6|33000
        KWEB|KraneShares CSI China Internet ETF|ETF|ARCX|36.8|18000
        VOO|Vanguard S&P 500 ETF|ETF|ARCX|614|9100
        VTI|Vanguard Total Stock Market ETF|ETF|ARCX|328|4200
        DIA|SPDR Dow Jones Industrial Average ETF Trust|ETF|ARCX|464|5100
        ARKK|ARK Innovation ETF|ETF|ARCX|75|9800
        XLE|Energy Select Sector SPDR Fund|ETF|ARCX|90|14000
        XLK|Technology Select Sector SPDR Fund|ETF|ARCX|278|9700
        SMH|VanEck Semiconductor ETF|ETF|XNAS|337|9600
        JEPI|JPMorgan Equity Premium Income ETF|ETF|ARCX|56.8|5400
        SCHD|Schwab U.S. Dividend Equity ETF|ETF|ARCX|26.9|17000
        SGOV|iShares 0-3 Month Treasury Bond ETF|ETF|ARCX|100.5|15000
        BIL|SPDR Bloomberg 1-3 Month T-Bill ETF|ETF|ARCX|91.6|8200
        ZXZZT|NASDAQ TEST STOCK||XNAS|12|90
        ZWZZT|NASDAQ TEST STOCK||XNAS|18|25
        ZBZZT|NASDAQ TEST STOCK||XNAS|40|60
        ZJZZT|NASDAQ TEST STOCK||XNAS|10|30
        NTEST|NYSE TEST STOCK||XNYS|20|35
        BCpC|Brunswick Corporation 6.375% Notes|PFD|XNYS|24.1|5
        BF.B|Brown-Forman Corporation Class B|CS|XNYS|28.2|3600
        BF.A|Brown-Forman Corporation Class A|CS|XNYS|28.4|130
        HEI.A|HEICO Corporation Class A|CS|XNYS|247|260
        LEN.B|Lennar Corporation Class B|CS|XNYS|112|60
        MOG.A|Moog Inc. Class A|CS|XNYS|205|220
        """

    /// The tickers of the table.
    static var tickers: [Substring] { table.split(separator: "\n").compactMap { $0.split(separator: "|").first } }
}
