import EngineAPI
import MarketData
import MarketTime
